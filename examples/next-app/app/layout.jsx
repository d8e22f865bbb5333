import Link from 'next/link';
import Script from 'next/script';

export const metadata = { title: 'Shop' };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <Script
          src="http://localhost:7070/js/daybook.small.v1.js"
          data-domain="example.com"
          data-local
        />
        <nav>
          <Link href="/">Shop</Link> <Link href="/cart">Cart</Link>{' '}
          <Link href="/cart?sort=price">By price</Link> <Link href="/cart#total">Total</Link>
        </nav>
        <main>{children}</main>
      </body>
    </html>
  );
}
