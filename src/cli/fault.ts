/** What a command tells in one line on standard error; it exits 1. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/** A command that was called wrongly; it exits 2. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}
