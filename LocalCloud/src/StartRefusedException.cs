namespace LocalCloud;

/// <summary>
/// LocalCloud cannot start because of its configuration or its data folder. The message says what to do.
/// </summary>
internal sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
