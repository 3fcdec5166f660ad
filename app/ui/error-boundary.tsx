'use client';

/** Keeps a failure in one part of the page from taking the others along. */
import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  /** What failed, as the subject of a sentence: `The diagram`. */
  part: string;
  children: ReactNode;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="part-failed" role="alert">
        <p>
          {this.props.part} could not be shown: {error.message}. The rest of the page goes on.
        </p>
        <button type="button" className="button button-small" onClick={() => this.setState({ error: null })}>
          Try again
        </button>
      </div>
    );
  }
}
