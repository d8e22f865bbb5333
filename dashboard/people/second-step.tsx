import { useState } from 'preact/hooks';
import { peopleApi } from '../api/people.ts';
import { accountTexts } from '../texts/texts.ts';
import { Copy } from '../ui/copy.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FormField } from './form-field.tsx';
import { useTrying } from './use-trying.ts';

type Props = { readonly isOn: boolean; readonly onChange: () => Promise<unknown> };

/** The second step of signing in: turned on with a QR code, off with a code. */
export function SecondStep({ isOn, onChange }: Props) {
  const [begun, setBegun] = useState<{ secret: string; qr: string } | undefined>();
  const [codes, setCodes] = useState<readonly string[] | undefined>();
  const [code, setCode] = useState('');
  const trying = useTrying();
  const begin = async () => setBegun(await peopleApi.beginSecondStep());
  const showCodes = (made: { readonly recovery_codes: readonly string[] }) => {
    setCodes(made.recovery_codes);
    setCode('');
  };
  const turnOn = async (secret: string) => {
    showCodes(await peopleApi.turnOnSecondStep({ secret, code: code.trim() }));
    setBegun(undefined);
  };
  const turnOff = async () => {
    await peopleApi.turnOffSecondStep(code.trim());
    await onChange();
  };
  const codeField = (
    <FormField
      label={accountTexts.code}
      problem={trying.of('code')}
      type="text"
      required
      autocomplete="one-time-code"
      value={code}
      onChange={setCode}
    />
  );
  return (
    <form
      class="form adding"
      onSubmit={(event) => {
        event.preventDefault();
        void trying.attempt(begun === undefined ? turnOff : () => turnOn(begun.secret));
      }}
    >
      <h3>{accountTexts.secondStep}</h3>
      <p class="soft">{isOn ? accountTexts.stepIsOn : accountTexts.stepIsOff}</p>
      {!isOn && begun === undefined && (
        <button type="button" class="button" onClick={() => void trying.attempt(begin)}>
          {accountTexts.beginStep}
        </button>
      )}
      {begun !== undefined && (
        <>
          <img
            class="qr"
            alt={accountTexts.qr}
            src={`data:image/svg+xml,${encodeURIComponent(begun.qr)}`}
          />
          <p>{accountTexts.scan}</p>
          <Copy text={begun.secret} name={accountTexts.secret} />
        </>
      )}
      {(isOn || begun !== undefined) && codeField}
      <p class="bad" role="alert">
        {trying.besides('code')}
      </p>
      {begun !== undefined && (
        <button type="submit" class="button main">
          {accountTexts.turnOn}
        </button>
      )}
      {isOn && (
        <div class="beside">
          <button type="submit" class="button">
            {accountTexts.turnOff}
          </button>
          <button
            type="button"
            class="button"
            onClick={() =>
              void trying.attempt(async () =>
                showCodes(await peopleApi.newRecoveryCodes(code.trim())),
              )
            }
          >
            {accountTexts.newCodes}
          </button>
        </div>
      )}
      {codes !== undefined && (
        <Dialog
          title={accountTexts.codes}
          onClose={() => {
            setCodes(undefined);
            void onChange();
          }}
        >
          <p>{accountTexts.codesMade}</p>
          <Copy text={codes.join('\n')} name={accountTexts.codes} />
        </Dialog>
      )}
    </form>
  );
}
