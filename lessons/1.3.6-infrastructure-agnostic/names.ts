/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** Name of the container that root makes. */
  id: string;
  /** How long the learner's own sleeps, by which it is known. */
  seconds: string;
};
