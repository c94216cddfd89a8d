import type { JSX } from "preact";
import { OutputsView } from "../../answer/outputsView.js";
import { isOver, requestStatus } from "../../chain/requestList.js";
import { useRead } from "../../chain/useRead.js";
import { readValidators } from "../../chain/validatorList.js";
import { decodeOutputs } from "#sdk/index.js";
import { Badge } from "../../ui/badge.js";
import { Card } from "../../ui/card.js";
import { Notice } from "../../ui/notice.js";
import { ReadingView } from "../../ui/readingView.js";
import { CourseCard } from "./courseCard.js";
import { membersOf } from "./members.js";
import { MemberTable } from "./memberTable.js";
import { PayoutTable } from "./payoutTable.js";
import { isSettled, readRequest, type RequestCourse } from "./readRequest.js";
import { RequestFacts } from "./requestFacts.js";
import { VerifyButton } from "./verifyButton.js";

const EVERY_MS = 1_500;

/** A request: what was asked, how it was answered, by whom, and who was paid what. */
export function RequestPage({ id }: { readonly id: bigint }): JSX.Element {
  const reading = useRead(`request/${id}`, (rpc, signal) => readRequest(rpc, id, signal), {
    everyMs: EVERY_MS,
    isFinal: isSettled,
  });
  const validators = useRead("validators", readValidators);
  const list = validators.state === "ready" ? validators.value : undefined;
  return (
    <ReadingView reading={reading} lines={8}>
      {(course) => {
        const members = membersOf(course);
        return (
          <>
            <div class="page-head">
              <h1>Request {id.toString()}</h1>
              <Badge status={requestStatus(course.request)} />
            </div>
            <CourseCard course={course} members={members} validators={list} />
            <div class="columns">
              <Card title="Answer">
                <Answer course={course} />
              </Card>
              <Card title="Request">
                <RequestFacts course={course} />
              </Card>
            </div>
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
  );
}

function Answer({ course }: { readonly course: RequestCourse }): JSX.Element {
  const { result, version, request } = course;
  if (result === undefined) {
    return <Notice>{unanswered(request)}</Notice>;
  }
  const [first, ...more] = decodeOutputs(version.manifest, result);
  return (
    <>
      {first === undefined ? (
        <p>The kernel gave no output, or the chain keeps its digest alone.</p>
      ) : (
        <OutputsView outputs={first} />
      )}
      {more.length > 0 && <p class="faint">and {more.length} more, one for each input</p>}
      <VerifyButton id={request.id} />
    </>
  );
}

function unanswered(request: RequestCourse["request"]): string {
  if (isOver(request)) return "It ended without an answer.";
  return `There is no answer yet${request.batchId === 0n ? ": it is queued" : ""}.`;
}
