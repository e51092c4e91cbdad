// What a machine proposes, what can be said, and why.

import { memo } from "react";

import { ActionButton } from "../actions/ActionButton";
import { KINDS } from "../kinds";
import { labelsIn, titleOf } from "../kinds/classify/labels";
import { FIELDS } from "../kinds/kind";
import type { ItemView, Suggestion, Verdict } from "../ipc/types.gen";
import { Confidence } from "../parts/Confidence";
import { KeyCap } from "../parts/KeyCap";
import { PaneBoundary } from "../parts/PaneBoundary";
import { written } from "../parts/text/Json";
import { Seen } from "../parts/text/Seen";
import { type AtHand, approve, correct, flag, give, reject, respond, skip, submit, undo } from "./actions";
import type { Held } from "./hand";
import type { Reviewed } from "./reviewing";
import "./review.css";

export function DecisionPane({ reviewed, at }: { reviewed: Reviewed; at: AtHand }) {
  const { held } = at;
  return (
    <section className="pane decision-pane" aria-label="Decision" data-testid="decision">
      <header className="pane-head">
        <h2 className="pane-title">Decision</h2>
        <span className="head-end quiet">{held?.work.verdict ? WORKING[held.work.verdict] : ""}</span>
      </header>
      {held && (
        <PaneBoundary of={held.item.id}>
          <Form held={held} at={at} lacking={reviewed.lacking?.item === held.item.id ? reviewed.lacking.words : null} />
        </PaneBoundary>
      )}
    </section>
  );
}

const WORKING: Record<Verdict, string> = {
  approve: "approving",
  correct: "answering",
  reject: "rejecting",
  respond: "responding",
  cancel: "withdrawing",
};

function Form({ held, at, lacking }: { held: Held; at: AtHand; lacking: string | null }) {
  const { item, work } = held;
  const { Answer } = KINDS[item.kind];
  const change = (part: Partial<typeof work>) => at.reviewing.work(item.id, part);
  return (
    <>
      <div className="decision-body">
        <Suggestions item={item} />
        <Answer item={item} work={work} change={change} submit={(picked) => give(at, picked, picked.verdict ?? "correct")} />
        <NoteField held={held} at={at} />
        {lacking !== null && (
          <p className="lacking" role="alert" data-testid="lacking">
            {lacking}
          </p>
        )}
        {item.guidelines !== null && (
          <section className="guidelines">
            <h3 className="small-heading">Guidelines</h3>
            <p>
              <Seen text={item.guidelines} />
            </p>
          </section>
        )}
      </div>
      <footer className="decision-foot">
        {work.verdict !== null && <ActionButton action={submit} context={at} look="main" label={SUBMIT[work.verdict]} />}
        <div className="verdicts">
          {item.verdicts.includes("approve") && <ActionButton action={approve} context={at} look={work.verdict === null ? "main" : "plain"} />}
          {item.verdicts.includes("correct") && item.kind === "action" && <ActionButton action={correct} context={at} />}
          {item.verdicts.includes("reject") && <ActionButton action={reject} context={at} />}
          {item.verdicts.includes("respond") && <ActionButton action={respond} context={at} label="Respond" />}
        </div>
        <div className="verdicts">
          <ActionButton action={skip} context={at} look="ghost" />
          <ActionButton action={flag} context={at} look="ghost" label={item.flagged ? "Unflag" : "Flag"} />
          <ActionButton action={undo} context={at} look="ghost" />
        </div>
      </footer>
    </>
  );
}

const SUBMIT: Record<Verdict, string> = {
  approve: "Submit approval",
  correct: "Submit answer",
  reject: "Submit rejection",
  respond: "Submit response",
  cancel: "Withdraw",
};

/** The surest is first; more than so many say nothing more. */
const MOST_SUGGESTIONS = 3;

const Suggestions = memo(function Suggestions({ item }: { item: ItemView }) {
  if (item.suggestions.length === 0) return null;
  const order = item.suggestions.map((_, place) => place).sort((one, other) => Number(other === item.best) - Number(one === item.best));
  const more = order.length - MOST_SUGGESTIONS;
  return (
    <section className="suggestions" aria-label="Suggestions" data-testid="suggestions">
      <h2 className="small-heading">Suggested</h2>
      {order.slice(0, MOST_SUGGESTIONS).map((place, nth) => {
        const suggestion = item.suggestions[place];
        const before = order[nth - 1];
        const sameAuthor = before !== undefined && item.suggestions[before]?.by === suggestion?.by;
        return suggestion && <Proposal key={place} item={item} suggestion={suggestion} isBest={place === item.best} namesAuthor={!sameAuthor} />;
      })}
      {more > 0 && <p className="quiet">and {more} more</p>}
    </section>
  );
});

interface ProposalProperties {
  item: ItemView;
  suggestion: Suggestion;
  isBest: boolean;
  namesAuthor: boolean;
}

function Proposal({ item, suggestion, isBest, namesAuthor }: ProposalProperties) {
  const labels = labelsIn(suggestion.answer).map((label) => titleOf(item, label));
  const words = labels.length > 0 ? labels.join(", ") : written(suggestion.answer);
  return (
    <div className="suggestion" data-best={isBest}>
      <span className="suggestion-answer" title={words}>
        <Seen text={words} />
      </span>
      {suggestion.confidence != null && <Confidence of={suggestion.confidence} />}
      {isBest && item.kind !== "fallback" ? <KeyCap of="a" /> : <span className="caps" />}
      {suggestion.by != null && namesAuthor && (
        <span className="suggestion-by">
          by <Seen text={suggestion.by} />
        </span>
      )}
    </div>
  );
}

function NoteField({ held, at }: { held: Held; at: AtHand }) {
  const { item, work } = held;
  const needed = work.verdict !== null && item.note_required.includes(work.verdict);
  return (
    <section className="note">
      <label className="small-heading" htmlFor={FIELDS.note}>
        Note {needed && <span className="needed">needed</span>}
        <KeyCap of="n" />
      </label>
      <textarea
        id={FIELDS.note}
        className="field"
        rows={2}
        value={work.note}
        placeholder="Why?"
        aria-required={needed}
        onChange={(event) => at.reviewing.work(item.id, { note: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || work.verdict === null) return;
          event.preventDefault();
          give(at, work, work.verdict);
        }}
      />
    </section>
  );
}
