/** The look of annotations, the magnifier and questions; colours are variables of the viewer's own sheet. */
export const RULES = `
.marks { pointer-events: none; }
.glass { position: absolute; left: 0; top: 0; overflow: hidden; border-radius: 50%; pointer-events: none;
  background: var(--background); box-shadow: 0 0 0 2px var(--accent), 0 6px 30px #000c; }
.prompt { position: absolute; z-index: 1; display: flex; gap: 6px; align-items: center; margin: 0; padding: 4px 8px 4px 4px;
  border-radius: 8px; background: #0b1119f2; border: 1px solid var(--accent); box-shadow: 0 6px 24px #000c; }
.prompt > input { width: 180px; box-sizing: border-box; padding: 6px 8px; border: 0; border-radius: 5px; background: #ffffff14;
  color: var(--text); font: inherit; font-size: 13px; outline: none; user-select: text; -webkit-user-select: text; }
`;
