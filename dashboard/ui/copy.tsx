import { useRef, useState } from 'preact/hooks';
import { shellTexts } from '../texts/texts.ts';

/** A text with a button that copies it. */
export function Copy({ text, name }: { text: string; name: string }) {
  const [copied, setCopied] = useState(false);
  const block = useRef<HTMLPreElement>(null);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Browsers allow the clipboard only on https and localhost. On http the old way works.
      getSelection()?.selectAllChildren(block.current!);
      document.execCommand('copy');
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }
  return (
    <div class="copy">
      <pre ref={block}>
        <code>{text}</code>
      </pre>
      <button
        type="button"
        class="button"
        aria-label={shellTexts.copyOf(name, copied)}
        onClick={() => void copy()}
      >
        {copied ? shellTexts.copied : shellTexts.copy}
      </button>
    </div>
  );
}
