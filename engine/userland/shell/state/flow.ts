/** What leaves the ordinary flow of commands. Thrown, and caught where it is meant to end. */

/** `exit`, and errors that end the shell. */
export class ExitShell {
  constructor(readonly status: number) {}
}

/** `return`: out of a function or a sourced file. */
export class ReturnFrom {
  constructor(readonly status: number) {}
}

/** `break N`, `continue N`. */
export class LoopJump {
  constructor(
    readonly kind: 'break' | 'continue',
    public levels: number,
  ) {}
}

/** An error that ends the command line being executed, or SIGINT in an interactive shell. */
export class Abandon {
  constructor(readonly status: number) {}
}

/** An expansion or assignment that cannot be done; reported by whoever catches it. */
export class ShellError extends Error {
  constructor(
    message: string,
    /** `fatal`: a shell that is not interactive ends with this status. */
    readonly fatal: number | null = null,
    readonly status = 1,
  ) {
    super(message);
  }
}
