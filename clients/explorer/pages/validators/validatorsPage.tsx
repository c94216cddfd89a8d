import type { JSX } from "preact";
import { useRead } from "../../chain/useRead.js";
import { readValidators } from "../../chain/validatorList.js";
import { Card } from "../../ui/card.js";
import { ReadingView } from "../../ui/readingView.js";
import { ValidatorTable } from "../../ui/validatorTable.js";

const EVERY_MS = 6_000;

/** Everybody who makes blocks and runs kernels. */
export function ValidatorsPage(): JSX.Element {
  const reading = useRead("validators", readValidators, { everyMs: EVERY_MS });
  return (
    <>
      <h1>Validators</h1>
      <Card title="By power">
        <ReadingView reading={reading}>{(list) => <ValidatorTable list={list} />}</ReadingView>
      </Card>
    </>
  );
}
