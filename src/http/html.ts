/** Owns how markup is made: whatever is put into a template is text, unless it was made by this template itself. */
export class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

/** What may stand in a template; `null`, `undefined` and `false` leave nothing, a list is joined. */
export type Piece = Html | string | number | false | null | undefined | readonly Piece[];

/** Attribute values must be quoted in the template; inside the quotes nothing can get out. */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.reduce((whole, part, i) => whole + markupOf(pieces[i - 1]) + part));
}

function markupOf(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Html) return piece.toString();
  if (typeof piece === 'object') return piece.map(markupOf).join('');
  return String(piece).replaceAll(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
