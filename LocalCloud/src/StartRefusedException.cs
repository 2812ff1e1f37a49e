namespace LocalCloud;

/// <summary>
/// LocalCloud cannot start as it is configured, or on what its data folder holds; the message says what to do.
/// </summary>
internal sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
