import type { JSX } from "preact";
import type { ValidatorList } from "../../chain/validatorList.js";
import { shortText } from "../../format/short.js";
import { Card } from "../../ui/card.js";
import { BlockLink } from "../../ui/links.js";
import { CourseDrawing } from "./courseDrawing.js";
import { courseSteps } from "./courseSteps.js";
import type { Member } from "./members.js";
import type { RequestCourse } from "./readRequest.js";

/** How a request came from its block to its result. */
export function CourseCard({
  course,
  members,
  validators,
}: {
  readonly course: RequestCourse;
  readonly members: readonly Member[];
  readonly validators: ValidatorList | undefined;
}): JSX.Element {
  const nameOf = (operator: string): string =>
    validators?.ofOperator(operator)?.moniker ?? shortText(operator);
  const steps = courseSteps(course, nameOf);
  return (
    <Card title="Course" aside={<Legend />}>
      <CourseDrawing steps={steps} members={members} nameOf={nameOf} />
      <ol class="steps">
        {steps.map(({ height, name, what }) => (
          <li key={name} data-height={height.toString()}>
            <strong>{name}</strong>
            <BlockLink height={height} />
            <span>{what}</span>
          </li>
        ))}
      </ol>
      {!course.events.isComplete && (
        <p class="faint">
          The node no longer has the events of every block, so heights are missing.
        </p>
      )}
    </Card>
  );
}

function Legend(): JSX.Element {
  return (
    <span class="legend">
      <span class="legend-commit" /> committed <span class="legend-reveal" /> revealed
      <span class="legend-fault" aria-hidden="true">
        ✕
      </span>{" "}
      fault
    </span>
  );
}
