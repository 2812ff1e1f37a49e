namespace LocalCloud.Delivery.Log;

/// <summary>
/// Corrupt bytes of the log. Delivery skips them.
/// </summary>
/// <param name="File">Path of the file.</param>
/// <param name="Offset">Start of the corrupt bytes in the file.</param>
/// <param name="Bytes">Number of corrupt bytes.</param>
internal sealed record LogDamage(string File, long Offset, long Bytes);
