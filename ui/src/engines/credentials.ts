// How an engine knows that a callback is Placet's, as a person chooses it.

import type { JwtAlgorithmView, KeyKind } from "../ipc/types.gen";

/** Something that has to be said beside the key. */
export interface Asked {
  name: string;
  label: string;
  /** What is typed, for example; or one of the algorithms that sign tokens. */
  as: { example: string } | "algorithm";
}

export interface Credential {
  name: string;
  title: string;
  about: string;
  /** Whether a key is made now, is kept already, or is none. */
  key: "made" | "kept" | "none";
  asks: readonly Asked[];
  /** What the profile says of it; `null` if nothing. */
  signing: (key: string, said: Readonly<Record<string, string>>) => Record<string, unknown> | null;
}

const webhook = { asks: [], signing: (key: string) => ({ standard_webhooks: key }) };

/** The algorithm that is chosen while no other is. */
export const FIRST_ALGORITHM = "EdDSA";

const jwt = {
  asks: [{ name: "algorithm", label: "Algorithm", as: "algorithm" }],
  signing: (key: string, { algorithm = FIRST_ALGORITHM }: Readonly<Record<string, string>>) => ({ jwt: { key, algorithm } }),
} as const;

const NONE: Credential = {
  name: "none",
  title: "None",
  about: "Whoever knows the callback's address is believed: right where the address itself is the secret.",
  key: "none",
  asks: [],
  signing: () => null,
};

export const CREDENTIALS: readonly Credential[] = [
  { name: "made", title: "A new webhook secret", about: "Placet makes it, keeps it and shows it once. The engine checks each callback with it.", key: "made", ...webhook },
  { name: "kept", title: "A webhook secret that is kept", about: "Signs each callback as Standard Webhooks do.", key: "kept", ...webhook },
  { name: "jwt-made", title: "A JSON Web Token, by a new key", about: "Placet makes and keeps it. The engine checks the token of each callback with the public half, shown once and in the key set.", key: "made", ...jwt },
  { name: "jwt", title: "A JSON Web Token, by a key that is kept", about: "Each callback carries a token that names its delivery and the digest of its body.", key: "kept", ...jwt },
  { name: "bearer", title: "A bearer token", about: "As most APIs ask for it: Authorization: Bearer.", key: "kept", asks: [], signing: (key) => ({ bearer: key }) },
  {
    name: "header",
    title: "A header of its own",
    about: "An API key in a header that the engine names.",
    key: "kept",
    asks: [{ name: "header", label: "Name of the header", as: { example: "X-Api-Key" } }],
    signing: (key, { header = "" }) => ({ header: { name: header, key } }),
  },
  {
    name: "basic",
    title: "User and password",
    about: "Authorization: Basic, with the password as a key.",
    key: "kept",
    asks: [{ name: "user", label: "User name", as: { example: "placet" } }],
    signing: (key, { user = "" }) => ({ basic: { user, key } }),
  },
  {
    name: "aws",
    title: "An AWS access key",
    about: "Signature Version 4, for Step Functions and Lambda.",
    key: "kept",
    asks: [
      { name: "region", label: "Region", as: { example: "eu-central-1" } },
      { name: "service", label: "Service", as: { example: "states" } },
    ],
    signing: (key, { region = "", service = "" }) => ({ aws: { region, service, key } }),
  },
  NONE,
];

export function credentialNamed(name: string): Credential {
  return CREDENTIALS.find((credential) => credential.name === name) ?? NONE;
}

/** The kind of the key that is made for this choice; `null` if none is, or the algorithms are not known yet. */
export function kindMade({ name, key }: Credential, { algorithm = FIRST_ALGORITHM }: Readonly<Record<string, string>>, algorithms: readonly JwtAlgorithmView[]): KeyKind | null {
  if (key !== "made") return null;
  return name === "made" ? "webhook_secret" : (algorithms.find((one) => one.algorithm === algorithm)?.kind ?? null);
}

/** The choice that comes to this `signing` of a profile, and what it says beside the key. A webhook secret stays as it was chosen. */
export function credentialFor(signing: unknown, chosen: string): { credential: string; said: Record<string, string> } {
  const { bearer, header, basic, standard_webhooks } = (signing ?? {}) as { bearer?: string; header?: { name: string }; basic?: { user: string }; standard_webhooks?: string };
  if (bearer !== undefined) return { credential: "bearer", said: {} };
  if (header !== undefined) return { credential: "header", said: { header: header.name } };
  if (basic !== undefined) return { credential: "basic", said: { user: basic.user } };
  if (standard_webhooks !== undefined) return { credential: chosen === "made" ? "made" : "kept", said: {} };
  return { credential: "none", said: {} };
}

/** What the host says already, such as the region in `states.eu-central-1.amazonaws.com`. */
export function saidByHost(host: string): Record<string, string> {
  const [, service, region] = /^([a-z]+)\.([a-z0-9-]+)\.amazonaws\.com$/.exec(host) ?? [];
  return service === undefined || region === undefined ? {} : { service, region };
}

/** Why no key can be made where the keys of this desk live, and what to do; `null` if one can. */
export function whyNone(keys: string): string | null {
  switch (keys) {
    case "env":
      return "Keys come from the environment here, where Placet cannot put one. Set PLACET_KEY_… and name it below.";
    case "fd":
      return "Keys were handed over at the start, and Placet cannot add one. Name one of those below.";
    default:
      return null;
  }
}

/** Why keys can only be looked at where the keys of this desk live, and what to do; `null` if they can be changed. */
export function whyReadOnly(keys: string): string | null {
  switch (keys) {
    case "env":
      return "Keys come from the environment here, where Placet can only read them. Set or unset their variables PLACET_KEY_… and start Placet again.";
    case "fd":
      return "Keys were handed over at the start here, and Placet can only read them. Hand over others when you start it again.";
    default:
      return null;
  }
}
