// How an engine knows that a callback is Placet's, as a person chooses it.

/** Something that has to be said beside the key. */
export interface Asked {
  name: string;
  label: string;
  placeholder: string;
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
  { name: "bearer", title: "A bearer token", about: "As most APIs ask for it: Authorization: Bearer.", key: "kept", asks: [], signing: (key) => ({ bearer: key }) },
  {
    name: "header",
    title: "A header of its own",
    about: "An API key in a header that the engine names.",
    key: "kept",
    asks: [{ name: "header", label: "Name of the header", placeholder: "X-Api-Key" }],
    signing: (key, { header = "" }) => ({ header: { name: header, key } }),
  },
  {
    name: "basic",
    title: "User and password",
    about: "Authorization: Basic, with the password as a key.",
    key: "kept",
    asks: [{ name: "user", label: "User name", placeholder: "placet" }],
    signing: (key, { user = "" }) => ({ basic: { user, key } }),
  },
  {
    name: "aws",
    title: "An AWS access key",
    about: "Signature Version 4, for Step Functions and Lambda.",
    key: "kept",
    asks: [
      { name: "region", label: "Region", placeholder: "eu-central-1" },
      { name: "service", label: "Service", placeholder: "states" },
    ],
    signing: (key, { region = "", service = "" }) => ({ aws: { region, service, key } }),
  },
  NONE,
];

export function credentialNamed(name: string): Credential {
  return CREDENTIALS.find((credential) => credential.name === name) ?? NONE;
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
