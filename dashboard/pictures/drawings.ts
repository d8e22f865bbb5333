const line = (inner: string) =>
  '<g fill="none" stroke="#000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">' +
  `${inner}</g>`;

/** Our own drawings, as SVG on a square of 24 units. They are shown in one tone. */
export const drawings = {
  globe: line(
    '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 4 6 4 9s-1 6-4 9c-3-3-4-6-4-9' +
      's1-6 4-9"/>',
  ),
  direct: line('<path d="M3 12h12M10 7l5 5-5 5M20 5v14"/>'),
  tag: line('<path d="M4 4h8l8 8-8 8-8-8z"/><path d="M8.5 8.5h.01"/>'),
  search: line('<circle cx="10.5" cy="10.5" r="6.5"/><path d="M15.5 15.5 21 21"/>'),
  ai: line(
    '<rect x="4" y="7" width="16" height="13" rx="3"/>' +
      '<path d="M12 3v4M9 12h.01M15 12h.01M9 16h6"/>',
  ),
  social: line('<path d="M3 5h18v11h-9l-5 4v-4H3z"/>'),
  video: line('<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M10 9l5 3-5 3z"/>'),
  email: line('<rect x="3" y="5" width="18" height="14" rx="1"/><path d="M3 7l9 6 9-6"/>'),
  shopping: line('<path d="M5 8h14l1 12H4zM9 8V6a3 3 0 0 1 6 0v2"/>'),
  display: line('<path d="M4 10v4h3l9 5V5l-9 5zM20 10v4"/>'),
  news: line('<path d="M3 5h14v14H5a2 2 0 0 1-2-2zM17 9h4v8a2 2 0 0 1-4 0M7 9.5h6M7 14h6"/>'),
  reference: line('<path d="M5 18V5a1 1 0 0 1 1-1h13v16H7a2 2 0 0 1 0-4h12"/>'),
  work: line('<rect x="3" y="8" width="18" height="12" rx="1"/><path d="M9 8V4h6v4M3 13h18"/>'),
  window: line('<rect x="3" y="4" width="18" height="16" rx="2"/><path d="M3 9h18"/>'),
  panes: line('<rect x="4" y="4" width="16" height="16" rx="1"/><path d="M12 4v16M4 12h16"/>'),
  app: line('<rect x="6" y="2" width="12" height="20" rx="2"/><path d="M10 7h4v4h-4zM11 18h2"/>'),
  phone: line('<rect x="7" y="2" width="10" height="20" rx="2"/><path d="M11 18h2"/>'),
  tablet: line('<rect x="4" y="3" width="16" height="18" rx="2"/><path d="M11 17h2"/>'),
  laptop: line('<rect x="5" y="5" width="14" height="10" rx="1"/><path d="M2 19h20"/>'),
  desktop: line('<rect x="3" y="4" width="18" height="12" rx="1"/><path d="M12 16v4M8 20h8"/>'),
  chip: line(
    '<rect x="6" y="6" width="12" height="12" rx="1"/><path d="M9 2v4M15 2v4M9 18v4M15 18v4' +
      'M2 9h4M2 15h4M18 9h4M18 15h4"/>',
  ),
} as const;

export type Drawing = keyof typeof drawings;
