using System.Globalization;
using DbUp.Engine.Output;
using Microsoft.Extensions.Logging;

namespace Pos.Storage.Warehouse;

/// <summary>
/// Passes what DbUp says to the service's log. Its narrative is of use to nobody but who debugs a migration.
/// </summary>
internal sealed partial class MigrationLog(ILogger logger) : IUpgradeLog
{
    public void LogTrace(string format, params object[] args) => Told(logger, Text(format, args));

    public void LogDebug(string format, params object[] args) => Told(logger, Text(format, args));

    public void LogInformation(string format, params object[] args) => Told(logger, Text(format, args));

    public void LogWarning(string format, params object[] args) => Warned(logger, Text(format, args));

    public void LogError(string format, params object[] args) => Failed(logger, null, Text(format, args));

    public void LogError(Exception ex, string format, params object[] args) => Failed(logger, ex, Text(format, args));

    private static string Text(string format, object[] args) =>
        args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);

    [LoggerMessage(1, LogLevel.Debug, "{Text}")]
    private static partial void Told(ILogger logger, string text);

    [LoggerMessage(2, LogLevel.Warning, "{Text}")]
    private static partial void Warned(ILogger logger, string text);

    [LoggerMessage(3, LogLevel.Error, "{Text}")]
    private static partial void Failed(ILogger logger, Exception? error, string text);
}
