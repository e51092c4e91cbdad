// The choices, each with its key, and a search where there are more choices than keys.

import { useState } from "react";

import type { Choice } from "../../ipc/types.gen";
import { percent } from "../../parts/Confidence";
import { leaveField } from "../../parts/fields";
import { KeyCap } from "../../parts/KeyCap";
import { Seen } from "../../parts/text/Seen";
import { type AnswerProperties, FIELDS } from "../kind";
import { keysOf } from "./keys";
import { pick, proposals } from "./labels";
import "../kinds.css";

export function Choices({ item, work, change, submit }: AnswerProperties) {
  const [search, setSearch] = useState({ item: item.id, text: "" });
  const text = search.item === item.id ? search.text : "";
  const keys = keysOf(item.choices);
  const searchable = keys.includes(null);
  const shown = searchable ? found(item.choices, text) : item.choices;
  const sure = proposals(item.suggestions);

  const take = (label: string) => {
    const picked = pick(item, work, label);
    if (item.many) change(picked);
    else submit(picked);
  };

  return (
    <section aria-label="Choices">
      <div className="answer-heading">
        <h2 className="small-heading">{item.many ? "Choose all that hold" : "Choose one"}</h2>
        {item.many && <span className="quiet">{work.labels.length} chosen</span>}
      </div>
      {searchable && (
        <div className="choice-search">
          <input
            id={FIELDS.answer}
            className="field"
            type="search"
            placeholder={`Search ${item.choices.length} choices`}
            aria-label="Search choices"
            value={text}
            onChange={(event) => setSearch({ item: item.id, text: event.target.value })}
            onKeyDown={(event) => {
              const first = shown[0];
              if (event.key !== "Enter" || event.ctrlKey || event.nativeEvent.isComposing || text === "" || !first) return;
              event.preventDefault();
              setSearch({ item: item.id, text: "" });
              leaveField();
              take(first.label);
            }}
          />
          <KeyCap of={text === "" ? "e" : "Enter"} />
        </div>
      )}
      <div className="choices" role="group" aria-label={item.many ? "Labels" : "Label"} id={searchable ? undefined : FIELDS.answer} tabIndex={-1}>
        {shown.map((choice) => {
          const key = keys[item.choices.indexOf(choice)] ?? null;
          return (
            <ChoiceButton
              key={choice.label}
              choice={choice}
              isTicked={item.many}
              letter={key}
              picked={work.labels.includes(choice.label)}
              sure={sure.get(choice.label)}
              take={take}
            />
          );
        })}
        {shown.length === 0 && <p className="quiet">No choice is called that.</p>}
      </div>
    </section>
  );
}

interface ChoiceProperties {
  choice: Choice;
  /** Whether more than one may hold. */
  isTicked: boolean;
  /** The key that picks it. */
  letter: string | null;
  picked: boolean;
  sure: number | null | undefined;
  take: (label: string) => void;
}

function ChoiceButton({ choice, isTicked, letter, picked, sure, take }: ChoiceProperties) {
  return (
    <button
      type="button"
      className="choice"
      data-testid="choice"
      data-label={choice.label}
      aria-pressed={picked}
      aria-keyshortcuts={letter ?? undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => take(choice.label)}
    >
      {letter === null ? <span className="caps" /> : <KeyCap of={letter} />}
      <span className="choice-title">
        <Seen text={choice.title ?? choice.label} />
      </span>
      {sure !== undefined && <span className="choice-sure">{sure === null ? "proposed" : percent(sure)}</span>}
      {isTicked && <span className="tick" aria-hidden="true" />}
    </button>
  );
}

/** The choices whose label or title holds every word, those that begin with the text first. */
export function found(choices: readonly Choice[], text: string): Choice[] {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const named = (choice: Choice) => `${choice.title ?? ""} ${choice.label}`.trim().toLowerCase();
  const matching = choices.filter((choice) => words.every((word) => named(choice).includes(word)));
  return matching.sort((one, other) => Number(named(other).startsWith(wanted)) - Number(named(one).startsWith(wanted)));
}
