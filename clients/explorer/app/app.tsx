import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Chain, ChainContext } from "../chain/chainContext.js";
import { KeplrProvider } from "../keplr/keplrProvider.js";
import { KeyProvider } from "../key/keyProvider.js";
import { PayerProvider } from "../payer/payerProvider.js";
import { hrefOf } from "../route/route.js";
import { Footer } from "./footer.js";
import { Header } from "./header.js";
import { PageView } from "./pageView.js";
import { titleOf } from "./pageTitle.js";
import { useRoute } from "./useRoute.js";

/** The whole explorer: the frame, and the page that the address names. */
export function App({ chain }: { readonly chain: Chain }): JSX.Element {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const opened = useRef(false);
  const href = hrefOf(route);
  useEffect(() => {
    document.title = `${titleOf(route)} · AIVM explorer`;
    // People who read by keyboard or ear go on at the new page, not at its link.
    if (opened.current) main.current?.focus({ preventScroll: true });
    opened.current = true;
  }, [href]);
  return (
    <ChainContext.Provider value={chain}>
      <KeyProvider>
        <KeplrProvider>
          <PayerProvider>
            <a
              class="skip"
              href="#main"
              onClick={(event) => {
                event.preventDefault();
                main.current?.focus();
              }}
            >
              Skip to the page
            </a>
            <Header route={route} />
            <main id="main" ref={main} tabIndex={-1}>
              <PageView key={href} route={route} />
            </main>
            <Footer />
          </PayerProvider>
        </KeplrProvider>
      </KeyProvider>
    </ChainContext.Provider>
  );
}
