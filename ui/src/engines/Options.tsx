import type { ReactNode } from "react";

import "./engines.css";

interface Option {
  name: string;
  title: string;
  about: string;
  /** Why it cannot be chosen, if it cannot. */
  why: string | null;
}

interface Properties {
  legend: string;
  name: string;
  options: readonly Option[];
  chosen: string;
  choose: (name: string) => void;
  /** What stands above them. */
  children?: ReactNode;
}

/** One of several, each with a sentence. Arrow keys go from one to the next, as in every group of radio buttons. */
export function Options({ legend, name, options, chosen, choose, children }: Properties) {
  return (
    <fieldset className="options">
      <legend>{legend}</legend>
      {children}
      <div className="option-list">
        {options.map((option) => (
          <label key={option.name} className="option" data-chosen={option.name === chosen} data-off={option.why !== null}>
            <input
              type="radio"
              name={name}
              value={option.name}
              checked={option.name === chosen}
              disabled={option.why !== null}
              aria-describedby={`${name}-${option.name}`}
              data-testid={`${name}-option`}
              onChange={() => choose(option.name)}
            />
            <span className="option-title">{option.title}</span>
            <span className="option-about" id={`${name}-${option.name}`}>
              {option.why ?? option.about}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
