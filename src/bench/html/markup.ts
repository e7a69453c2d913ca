/**
 * HTML as a type of its own: text becomes markup only by being escaped, so that nothing in a document (a model's name, a
 * path, a server's message) can become a tag, an attribute or a script.
 */
import { safeText } from '../../base/terminal-text.ts';

export interface Markup {
  readonly markup: string;
}

export type Part = Markup | string | number | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup with every value in it escaped, for text and for quoted attributes. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const markup = literals.map((literal, index) => literal + render(parts[index] ?? ''));
  return { markup: markup.join('') };
}

export function escapeText(text: string): string {
  return safeText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function render(part: Part): string {
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeText(part);
  return 'markup' in part ? part.markup : part.map(render).join('');
}
