/** Owns a text in the storage of the phone, which may be full, empty or hold nonsense: nothing here ever fails. */

class Stored {
  /** @param {import('./calls.js').Wx} wx @param {string} key */
  constructor(wx, key) {
    this.wx = wx;
    this.key = key;
  }

  /** @returns {string} empty: none */
  read() {
    try {
      const value = this.wx.getStorageSync(this.key);
      return typeof value === 'string' ? value : '';
    } catch {
      return '';
    }
  }

  /** @param {string} text whoever writes remembers it as well: a full storage keeps nothing */
  write(text) {
    try {
      if (text) this.wx.setStorageSync(this.key, text);
      else this.wx.removeStorageSync(this.key);
    } catch {
      // Then it is there until the mini program ends.
    }
  }
}

exports.Stored = Stored;
