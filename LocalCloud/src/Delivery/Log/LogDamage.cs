namespace LocalCloud.Delivery.Log;

/// <summary>
/// Bytes of the log that are not what was written. What stands behind them is delivered all the same.
/// </summary>
/// <param name="File">The file that has them.</param>
/// <param name="Offset">Where they begin in it.</param>
/// <param name="Bytes">How many.</param>
internal sealed record LogDamage(string File, long Offset, long Bytes);
