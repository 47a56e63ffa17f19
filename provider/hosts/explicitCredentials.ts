/** Configuration by which the SDK says that a program made a provider with credentials of its own. */
export const explicitCredentials = "explicitCredentials";
