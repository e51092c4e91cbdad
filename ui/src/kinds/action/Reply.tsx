// Where arguments are corrected or words are written, once the person chose to.

import { Fragment } from "react";

import { type AnswerProperties, FIELDS } from "../kind";
import { readJson } from "../../parts/text/readJson";
import { asked } from "./arguments";
import "../kinds.css";

export function Reply({ item, work, change }: AnswerProperties) {
  if (work.verdict === "respond") {
    return (
      <section className="reply" aria-label="Response">
        <label className="small-heading" htmlFor={FIELDS.answer}>
          Respond in words
        </label>
        <textarea
          key={item.id}
          id={FIELDS.answer}
          className="field"
          rows={6}
          value={work.written.respond ?? ""}
          placeholder="The engine hears this instead of a result."
          onChange={(event) => change({ written: { ...work.written, respond: event.target.value } })}
        />
      </section>
    );
  }
  if (work.verdict === "correct") {
    return (
      <Editor key={item.id} text={work.written.correct ?? asked(item)} set={(correct) => change({ written: { ...work.written, correct } })} />
    );
  }
  return <Fragment />;
}

function Editor({ text, set }: { text: string; set: (text: string) => void }) {
  const read = readJson(text);
  const wrong = "value" in read ? null : read;
  return (
    <section className="reply" aria-label="Correction">
      <label className="small-heading" htmlFor={FIELDS.answer}>
        Correct the arguments
      </label>
      <textarea
        id={FIELDS.answer}
        className="field code-field"
        rows={Math.min(20, Math.max(8, text.split("\n").length + 1))}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        wrap="off"
        value={text}
        aria-invalid={wrong !== null}
        aria-describedby="reading"
        onChange={(event) => set(event.target.value)}
      />
      <p id="reading" className="reading" data-wrong={wrong !== null} role="status" data-testid="json-reading">
        {wrong === null ? "Valid JSON" : `Line ${wrong.line}, column ${wrong.column}: ${wrong.words}.`}
      </p>
    </section>
  );
}
