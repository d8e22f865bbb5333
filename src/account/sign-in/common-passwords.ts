/**
 * What people choose first, from ten characters on: words that lists of stolen passwords begin
 * with. A password is one of them in any case, with digits and signs before or behind it, and
 * doubled.
 */
const words = new Set(
  (
    'password passwort passw0rd p@ssword p@ssw0rd motdepasse contrasena contraseña senha ' +
    'пароль qwerty qwertyuiop qwertyuiopasdfghjkl qwertzuiop qwertz azerty azertyuiop asdfghjkl ' +
    'asdfgh asdf zxcvbnm zxcvbn yxcvbnm qazwsx qazwsxedc qwer qweasdzxc qweasd letmein welcome ' +
    'willkommen bienvenue administrator admin root master changeme change-me iloveyou ' +
    'trustno football baseball basketball superman batman starwars sunshine princess monkey ' +
    'dragon shadow computer internet michael jordan jennifer samsung liverpool chocolate ' +
    'whatever secret topsecret mypassword thepassword nopassword passwordpassword testing ' +
    'test testtest default guest login hello helloworld abc abcd abcde abcdef abcdefg abcdefgh ' +
    'abcdefghij abcdefghijk abcdefghijklmnopqrstuvwxyz correcthorsebatterystaple ' +
    'daybook analytics spring summer autumn winter january december summertime wintertime'
  ).split(' '),
);

const digitRows = ['01234567890123456789', '98765432109876543210'];

const fewestKinds = 5;

/** Whether a password is among the first that are tried. */
export function isCommon(password: string): boolean {
  const plain = password.toLowerCase();
  if (new Set(plain).size < fewestKinds || digitRows.some((row) => row.includes(plain)))
    return true;
  const word = plain.replace(/^[^\p{L}@-]+|[^\p{L}]+$/gu, '');
  if (word === '') return false;
  const half = word.slice(0, word.length / 2);
  return words.has(word) || (half + half === word && words.has(half));
}
