/** Configuration by which the SDK says which other settings a program gave to a provider as secrets, as a JSON list of their names. */
export const secretSettings = "secretSettings";
