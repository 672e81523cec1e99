/** The pages' own icon. Without one a browser asks the server for it, and notes on its console that the page's policy forbade that. */
export const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cg fill='%231f5fbf'%3E%3Crect x='1' y='8' width='4' height='7' rx='1'/%3E%3Crect x='6' y='4' width='4' height='11' rx='1'/%3E%3Crect x='11' y='1' width='4' height='14' rx='1'/%3E%3C/g%3E%3C/svg%3E";
