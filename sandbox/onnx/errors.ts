/** A model file that the sandbox refuses; the message is a lower-case phrase that names the place. */
export class ModelRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ModelRefusal";
  }
}
