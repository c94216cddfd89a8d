import { describe, expect, it } from "vitest";
import { Assurance, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { testInput } from "#test/harness/testKernel.js";
import { InferenceChain } from "#test/harness/inferenceChain.js";

describe("one request on four honest validators", () => {
  it("is answered in block R+5 and paid when its challenge window closes", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const id = await chain.request("echo", [testInput(7)]);
    const requested = chain.height;
    expect(chain.getRequest(id).status).toBe(RequestStatus.QUEUED);

    await chain.run(1);
    expect(chain.getRequest(id).status).toBe(RequestStatus.COMMITTING);
    await chain.run(2);
    expect(chain.getRequest(id).status).toBe(RequestStatus.REVEALING);
    await chain.run(2);
    expect(chain.height).toBe(requested + 5n);
    const answered = chain.getRequest(id);
    expect(answered.status).toBe(RequestStatus.FULFILLED);
    const result = chain.getResult(id);
    expect(result.provisional).toBe(false);
    expect(result.seatsAgreed).toBe(4);
    expect(result.executions[0]?.output.length).toBeGreaterThan(0);

    expect(answered.paid).toBe(false);
    await chain.run(Number(chain.params().challengeWindowBlocks));
    expect(chain.getRequest(id).paid).toBe(true);
    chain.expectSound();
  });

  it("answers FULL requests and requests with several inputs alike", async () => {
    const chain = await InferenceChain.start({ validators: 4 });
    const id = await chain.request("echo", [testInput(1), testInput(2), testInput(3)], {
      assurance: Assurance.FULL,
    });
    await chain.run(5);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    expect(chain.getResult(id).executions).toHaveLength(3);
    expect(chain.getRequest(id).paid).toBe(true);
    chain.expectSound();
  });

  it("works on a chain of one validator", async () => {
    const chain = await InferenceChain.start({ validators: 1 });
    const id = await chain.request("echo", [testInput(9)]);
    await chain.run(5);
    expect(chain.getRequest(id).status).toBe(RequestStatus.FULFILLED);
    chain.expectSound();
  });
});
