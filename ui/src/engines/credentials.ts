// How an engine knows that a callback is Placet's, as a person chooses it.

export interface Credential {
  name: string;
  title: string;
  about: string;
  /** Whether a key is made now, is kept already, or is none. */
  key: "made" | "kept" | "none";
  /** What the profile says of it; `null` if nothing. */
  signing: (key: string) => Record<string, unknown> | null;
}

const standardWebhooks = (key: string) => ({ standard_webhooks: key });

const NONE: Credential = {
  name: "none",
  title: "No signature",
  about: "Whoever knows the callback's address is believed: right where the address itself is the secret.",
  key: "none",
  signing: () => null,
};

export const CREDENTIALS: readonly Credential[] = [
  { name: "made", title: "A new webhook secret", about: "Placet makes it, keeps it and shows it once. The engine checks each callback with it.", key: "made", signing: standardWebhooks },
  { name: "kept", title: "A webhook secret that is kept already", about: "By its name. The secret itself stays where keys live.", key: "kept", signing: standardWebhooks },
  NONE,
];

export function credentialNamed(name: string): Credential {
  return CREDENTIALS.find((credential) => credential.name === name) ?? NONE;
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
