/** Beside the types of the DOM, those of Node's fetch lose what only Node has. */
interface RequestInit {
  dispatcher?: import("undici-types").Dispatcher;
}
