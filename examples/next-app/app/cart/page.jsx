export const metadata = { title: 'Cart' };

export default function Page() {
  return (
    <>
      <h1>Cart</h1>
      <p id="total">Nothing yet</p>
    </>
  );
}
