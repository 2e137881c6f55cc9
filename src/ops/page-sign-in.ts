/** Owns the markup of the card that asks who comes: by the token, or by a scan where that is set up. */
import { html } from '../http/html.ts';
import type { Html } from '../http/html.ts';
import type { Words } from './page-text.ts';

export function signInCard({ signIn, noscript }: Words, byToken: boolean): Html {
  return html`<main class="card sign-in signed-out">
    <h2>${signIn.intro}</h2>
    <noscript><p class="fault">${noscript}</p></noscript>
    <p class="fault" id="sign-in-fault" role="alert"></p>
    ${tokenForm(signIn, byToken)} ${scanPanel(signIn)}
    <button class="quiet other-way" id="scan-open" type="button" hidden>
      ${byToken ? signIn.insteadByScan : signIn.byScan}
    </button>
    <button class="quiet other-way" id="scan-close" type="button" hidden>${signIn.byToken}</button>
  </main>`;
}

/**
 * The field has no name: without the script the form sends nothing, and no token gets into an address. The hidden one is for
 * password managers, which keep nothing without a name for it.
 */
function tokenForm({ token, submit }: Words['signIn'], isShown: boolean): Html {
  return html`<form id="sign-in" ${!isShown && html`hidden`}>
    <input autocomplete="username" value="operator" hidden readonly />
    <label for="token">${token}</label>
    <input
      id="token"
      type="password"
      autocomplete="current-password"
      spellcheck="false"
      aria-describedby="sign-in-fault"
      required
    />
    <button class="button" type="submit">${submit}</button>
  </form>`;
}

/** First the code, and when somebody has scanned it, the field for the number that the phone shows. */
function scanPanel({ number, submit }: Words['signIn']): Html {
  return html`<section class="scan" id="scan" tabindex="-1" aria-labelledby="scan-says" hidden>
    <div class="scan-code" id="scan-pictures"></div>
    <p class="scan-says" id="scan-says" role="status"></p>
    <p class="scan-left" id="scan-left"></p>
    <form id="scan-number" hidden>
      <label for="number">${number}</label>
      <input
        id="number"
        inputmode="numeric"
        autocomplete="one-time-code"
        pattern="[0-9]{6}"
        maxlength="6"
        aria-describedby="number-fault"
        required
      />
      <p class="fault" id="number-fault" role="alert"></p>
      <button class="button" type="submit">${submit}</button>
    </form>
    <button class="quiet other-way" id="scan-again" type="button" hidden></button>
  </section>`;
}
