import { Component, type ReactNode } from "react";

import { Blank } from "./Blank";

interface Properties {
  /** What the pane shows; another one is drawn anew. */
  of: string | number;
  children: ReactNode;
}

/** Keeps what goes wrong in one pane inside that pane. */
export class PaneBoundary extends Component<Properties, { failed: Error | null }> {
  override state: { failed: Error | null } = { failed: null };

  static getDerivedStateFromError(failed: Error) {
    return { failed };
  }

  override componentDidUpdate(before: Properties) {
    if (before.of !== this.props.of && this.state.failed) this.setState({ failed: null });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Blank title="This pane could not be drawn. Nothing was changed; the other panes still work." tone="bad">
        <code className="blank-code">{this.state.failed.message}</code>
        <button type="button" className="button" onClick={() => this.setState({ failed: null })}>
          Draw it again
        </button>
      </Blank>
    );
  }
}
