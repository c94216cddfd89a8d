import type { JSX } from "preact";
import { OutputsView } from "../../answer/outputsView.js";
import { requestStatus } from "../../chain/requestList.js";
import { useRead } from "../../chain/useRead.js";
import { readValidators } from "../../chain/validatorList.js";
import { decodeOutputs } from "#sdk/index.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { AccountLink, BlockLink } from "../../ui/links.js";
import { Notice } from "../../ui/notice.js";
import { ReadingView } from "../../ui/readingView.js";
import { failureSaid, unansweredSaid } from "./answerSaid.js";
import { CourseCard } from "./courseCard.js";
import { eventOf } from "./courseEvents.js";
import { membersOf } from "./members.js";
import { MemberTable } from "./memberTable.js";
import { PayoutTable } from "./payoutTable.js";
import { isSettled, readRequest, type RequestCourse } from "./readRequest.js";
import { RequestFacts } from "./requestFacts.js";
import { VerifyButton } from "./verifyButton.js";

/** A request: what was asked, how it was answered, by whom, and who was paid what. */
export function RequestPage({ id }: { readonly id: bigint }): JSX.Element {
  const reading = useRead(`request/${id}`, (rpc, signal) => readRequest(rpc, id, signal), {
    isLive: true,
    isFinal: isSettled,
  });
  const validators = useRead("validators", readValidators);
  const list = validators.state === "ready" ? validators.value : undefined;
  return (
    <>
      <div class="page-head">
        <h1>Request {id.toString()}</h1>
        {reading.state === "ready" && <Badge status={requestStatus(reading.value.request)} />}
      </div>
      <ReadingView reading={reading} lines={8}>
        {(course) => {
          const members = membersOf(course);
          return (
            <>
              <CourseCard course={course} members={members} validators={list} />
              <div class="columns">
                <Card title="Answer">
                  <Answer course={course} />
                </Card>
                <Card title="Request">
                  <RequestFacts course={course} />
                </Card>
              </div>
              <Dispute course={course} />
              <Card title="Members">
                <MemberTable members={members} validators={list} />
              </Card>
              <Card title="Payments">
                {course.breakdown === undefined ? (
                  <Notice>The escrow is paid out when the challenge window closes.</Notice>
                ) : (
                  <PayoutTable breakdown={course.breakdown} />
                )}
              </Card>
            </>
          );
        }}
      </ReadingView>
    </>
  );
}

/** Who disputed the answer, and how that went. */
function Dispute({ course }: { readonly course: RequestCourse }): JSX.Element | null {
  const { found } = course.events;
  const begun = eventOf(found, "challenged", {});
  if (begun === undefined) return null;
  const ended = eventOf(found, "challenge_ended", {});
  const { challenger = "" } = begun.attributes;
  return (
    <Notice tone={ended === undefined ? "warn" : "plain"}>
      <strong>Challenged</strong> by <AccountLink address={challenger} /> in block{" "}
      <BlockLink height={begun.height} />.{" "}
      {ended === undefined ? (
        "All providers run it again; until they agree, pay is held."
      ) : (
        <>
          {ended.attributes["won"] === "true"
            ? "The challenge won: the result was replaced"
            : "The challenge was lost: the result stands"}{" "}
          since block <BlockLink height={ended.height} />.
        </>
      )}
    </Notice>
  );
}

function Answer({ course }: { readonly course: RequestCourse }): JSX.Element {
  const { result, version, request } = course;
  if (result === undefined) return <Notice>{unansweredSaid(request)}</Notice>;
  const failure = failureSaid(result);
  const [first, ...more] = decodeOutputs(version.manifest, result);
  return (
    <>
      {failure !== undefined && <Notice tone="warn">{failure}</Notice>}
      {failure === undefined && first === undefined && (
        <p>The chain keeps only the digest of this output.</p>
      )}
      {first !== undefined && <OutputsView outputs={first} />}
      {more.length > 0 && <p class="faint">and {more.length} more, one for each input</p>}
      <VerifyButton id={request.id} />
    </>
  );
}
