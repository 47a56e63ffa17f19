/** A service, as messages name it. */
export type ServiceName = "KPS" | "CPH" | "IAM";

/** A call, as errors name it: its service, then what it does. */
export type CallName = `${ServiceName} ${string}`;
