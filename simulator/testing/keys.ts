/** A public key and its fingerprints, all made by OpenSSH's own ssh-keygen. */
export interface SampleKey {
  readonly text: string;
  readonly md5: string;
  readonly sha256: string;
}

/** One key of every type that can be imported. */
export const sampleKeys = {
  rsa1024: {
    text: "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDCf6cMZ27KTz0cpPPApkgN0yswU+++DOSq+oNmOTebidCytMSBtUacMnR5rM4+XpiXyWsdd9128IxFNOmSlGoLsKOm8kOfbum+bsewICiIat6g3VMBO6uvWpGlqh+Xc0OrGlnc/EK3Zbz8rabjZmDgPhp6weKxcZ/Hd8Sn4aqWaw== someone@example.com",
    md5: "b2:98:ba:23:c8:79:cf:87:b5:b8:1e:9e:a4:b7:94:88",
    sha256: "SHA256:Get0rzYoSZ6/M5jP+jiZZ0rngScZ/WMiZfHP7J2fgbI",
  },
  rsa2048: {
    text: "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCSu9ebnveS4im2XEys1fTxqc8lI0e+mzC6nKYCAI+kUBsSeAqhShAh8056jCpC+2Ck1uAqfZTR5dNbpaLVfmyM9f0YwNmOiGgUKWRZe6PTo/dZNYtOtgUXLObWGdlzSkjQhzQYfTp5n7gNfYjV1cJfabOJ77vQuh/XH2ST+ja4Tu5fLXog62TbOp2GrGB2ybPTfn42PPXmN+sIXQ3GemfYcwLa8DpFjuRWi7GJPtuzhc3PYfYJgbU/8AgJouHqeeoqdiny2mluvJJiXjzk3y+Kb26KA/C+NaQE8uN7DUEyS95+WF7FqaOpqGq3SevzGy2GlToihZLrGbcCxmz2QtXD someone@example.com",
    md5: "5e:44:95:15:24:75:91:eb:79:83:6b:0f:96:13:44:b9",
    sha256: "SHA256:5o0dItZZDutBNjCDjHo8nU+7eJKhgtqjX00q3g7F7Xg",
  },
  ecdsa256: {
    text: "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFA/DevXINd+Nf77zaQ6CBQczO6IovMcBOqe3KAJe4dUGV4JABbJelGdybqmkOhcSd6VG8iG2bHjQhPPBH9MgoY= someone@example.com",
    md5: "c0:97:a7:e4:f4:45:33:59:11:47:5f:bc:c2:bc:a0:95",
    sha256: "SHA256:CsnheMQwRVaKVoBSFG3zcYbpKBCbaAFGQma+Un5DmwE",
  },
  ecdsa384: {
    text: "ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBMiNCQRnQoUQDn9AzCH8BhpIL0Mu9heuGCdXvQFx5Cof/w7RI/PyZDzqR2gp9VoZIKhCzmiSHV7L5lDg4u6YMk6YTiF/i59hCqziL7dWE7wHbG0K+k6aaKUYH86FpNI+OQ== someone@example.com",
    md5: "de:21:8a:c6:b4:f4:a4:2c:05:21:84:6d:56:4e:19:b4",
    sha256: "SHA256:4SOtIUxp0hcsDL/tTWpLoAkcFmuwyleBKMpoLmhu70Y",
  },
  ecdsa521: {
    text: "ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBAGnRogah178TyipmBImpmus3uAyM9z8r0MTh2hj9Q2aAOVOC4g7Gd4BY/ghP5yRUFCoB4GfWh0hrfXo8A7nashX/gAlRVmP/paiFe/QUIDlXjViKOZsDLVt6kDOl2kI8+oHVj8xCjboMeGBwdyeHu5/EVNLJSVu2Gqt9SUxVkzhHwD4jQ== someone@example.com",
    md5: "c4:6f:53:61:dc:58:36:84:9f:57:30:5a:63:a3:7f:37",
    sha256: "SHA256:5+7QWssqGtVctSpJr7p0ltz7HGMqiuQeKg8eJYfhTTI",
  },
  ed25519: {
    text: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINtJg0hE4Q/PD3qNFiKrlWG+m+Al0S/BB6L8sCEgPFzp someone@example.com",
    md5: "dd:16:0e:0e:9f:5e:6e:25:5f:6a:73:65:1a:9f:72:73",
    sha256: "SHA256:Mw4+YKzTJphQAiIk63p8AIsbee1HdsVSAqVcqksuSq0",
  },
  dss: {
    text: "ssh-dss AAAAB3NzaC1kc3MAAACBANZn3vEhBSuioSq2UkFzqLgHal1I1pXRTSHw2Pi9UJPEw5pTCgxcIfiKf+D4PDAZE/fMy4LrZpA445uRn0v4ZfTYVspAW/fSfSXgBfbQi58HQ5f7TUVwVrh9ld9WFgPlmf+HfPc1WvkjX4GPYfge2M4yQiGRVY1ytZzMvqZtM0BrAAAAFQCu1dKg/2oIE1oTgAnY6+CNwrGwQwAAAIALXJIOjfNRoD1hkYKXD2HykSdOSf399kaJfgXFzYcc2WTVAow0ZiWClcWQSHaOohlrqni1Ux3SOpLV7xnXlyz12tluhjMDAF5eOkjR9kvhHihv6fspyPr2UOEuFAxoXigojAFgkNjqlqEr+ArOLuF+AU74Nu6YiuCqyoqE8DKxkwAAAIEAjYqBFvFuQJFXcUV0pabcRKiFYRYs76FMpHhGV7xxAyNMXMRVDq3U/ORpM1f0wa0KnQsT9GL4tX2fFxxQnB3wGVr4mCDMLQIl5Sea+xfBTgnpj1TIRmDGBT0tUFL6jUZWC7zxZ24RPNul6IMOtpCWHh05GEntVXo+D8ntm7lHqNQ= someone@example.com",
    md5: "1e:9f:84:61:27:b4:36:00:1f:03:9e:fc:9f:4b:d2:9b",
    sha256: "SHA256:qTLhADkSzr5mwdoE4I01l+2CFTLKlasZ31+nifajOZw",
  },
} satisfies Record<string, SampleKey>;

/** A certificate and its fingerprints, made by openssl. */
export const sampleCertificate: SampleKey = {
  text: [
    "-----BEGIN CERTIFICATE-----",
    "MIIBgzCCASmgAwIBAgIUPJqUkufo4FJxvMcaTA1yIZO3vkMwCgYIKoZIzj0EAwIw",
    "FjEUMBIGA1UEAwwLY2xvdWQtcGhvbmUwIBcNMjYxMTIyMDcwNDI0WhgPMjEyNjEw",
    "MjkwNzA0MjRaMBYxFDASBgNVBAMMC2Nsb3VkLXBob25lMFkwEwYHKoZIzj0CAQYI",
    "KoZIzj0DAQcDQgAE0718kpUWacJ860ge8OFx+8sSuzYldbGQlabHrE5qa3YS7Quo",
    "NlrNqC6eqCo2Yhh6qImuNrijc8qTNPZyLS14baNTMFEwHQYDVR0OBBYEFNkyXGm/",
    "JqGHs/JROrZHZG0OzHxeMB8GA1UdIwQYMBaAFNkyXGm/JqGHs/JROrZHZG0OzHxe",
    "MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIhALaQ/crH6hdYWxWg",
    "7Se+VBA1rqbtwViAltafF06rEJYQAiB+FEi+JIJyfOh5q9LEj3NZwSwGJeWl6Zwr",
    "UTMS4Nq2PQ==",
    "-----END CERTIFICATE-----",
    "",
  ].join("\n"),
  md5: "db:61:0e:64:89:0e:14:b6:dc:8d:4c:4f:07:73:98:81",
  sha256: "SHA256:EIGnmuOqXZ3UNVoXiF/QJgUv90jA9GXMDQqolu+8l7M",
};
