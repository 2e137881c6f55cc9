/** Owns the markup of the view of scenes: the numbers, the filters, the live table, and what is older than that. */
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import { sceneStates } from '../protocol/messages.ts';
import type { Words } from './page-text.ts';

export function scenesView(text: Words): Html {
  return html`${numbers(text)} ${filters(text)} ${table(text, 'scenes', text.title)}
    <p class="empty" id="empty">${text.loading}</p>
    ${older(text)}`;
}

function numbers({ overview, numbers: names }: Words): Html {
  const tiles = Object.entries(names).map(
    ([id, name]) =>
      html`<div>
        <dt>${name}</dt>
        <dd><b id="number-${id}">–</b> <span id="detail-${id}"></span></dd>
      </div>`,
  );
  return html`<dl class="numbers" aria-label="${overview}">${tiles}</dl>`;
}

function filters({ filters: names, states }: Words): Html {
  return html`<form class="filters" id="filters" role="search" aria-label="${names.label}">
    <label>
      ${names.state}
      <select id="filter-state">
        <option value="">${names.living}</option>
        ${sceneStates.map((state) => html`<option value="${state}">${states[state]}</option>`)}
      </select>
    </label>
    ${nameField('site', names.site)} ${nameField('account', names.account)}
    <label>
      ${names.find}
      <input
        id="find"
        type="search"
        maxlength="22"
        placeholder="${names.findHint}"
        autocapitalize="none"
        autocomplete="off"
        spellcheck="false"
        aria-describedby="find-says"
      />
    </label>
    <span class="visually-hidden" id="find-says"></span>
    <button class="quiet" id="filter-clear" type="button" hidden>${names.clear}</button>
    <span class="count" id="count"></span>
    <button class="quiet fresh" id="fresh" type="button" hidden></button>
  </form>`;
}

function nameField(field: 'site' | 'account', name: string): Html {
  return html`<label>
      ${name}
      <input
        id="filter-${field}"
        list="known-${field}"
        maxlength="32"
        pattern="[a-z0-9\\-]*"
        autocapitalize="none"
        autocomplete="off"
        spellcheck="false"
      />
    </label>
    <datalist id="known-${field}"></datalist>`;
}

/** The roles are said once more: on a phone the rows are drawn as cards, and a browser would no longer see a table. */
function table({ columns }: Words, id: 'scenes' | 'older', label: string): Html {
  return html`<table class="scenes" id="${id}" role="table" aria-label="${label}" hidden>
    <thead role="rowgroup">
      <tr role="row">
        ${Object.entries(columns).map(
          ([column, name]) => html`<th role="columnheader" scope="col" class="${column}">${name}</th>`,
        )}
      </tr>
    </thead>
    <tbody id="${id}-rows" role="rowgroup"></tbody>
  </table>`;
}

/** Beyond the rows that are followed live there may be many more: page by page, as they were when asked for. */
function older(text: Words): Html {
  const { title, newer, next } = text.older;
  return html`<section class="older" id="older-part" aria-label="${title}" hidden>
    <button class="quiet" id="older-show" type="button"></button>
    <div class="older-head" id="older-head" hidden>
      <h2>${title}</h2>
      <p id="older-says" role="status"></p>
      <button class="quiet" id="older-newer" type="button">${newer}</button>
      <button class="quiet" id="older-next" type="button">${next}</button>
    </div>
    ${table(text, 'older', title)}
  </section>`;
}
