using System.Globalization;
using DbUp.Engine.Output;
using Microsoft.Extensions.Logging;

namespace Pos.Storage.Warehouse;

/// <summary>
/// Passes DbUp's messages to the service's log. Informational messages only matter for debugging a migration.
/// </summary>
internal sealed partial class MigrationLog(ILogger logger) : IUpgradeLog
{
    public void LogTrace(string format, params object[] args) => LogMessage(logger, Text(format, args));

    public void LogDebug(string format, params object[] args) => LogMessage(logger, Text(format, args));

    public void LogInformation(string format, params object[] args) => LogMessage(logger, Text(format, args));

    public void LogWarning(string format, params object[] args) => LogUpgradeWarning(logger, Text(format, args));

    public void LogError(string format, params object[] args) => LogUpgradeError(logger, null, Text(format, args));

    public void LogError(Exception ex, string format, params object[] args) =>
        LogUpgradeError(logger, ex, Text(format, args));

    private static string Text(string format, object[] args) =>
        args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args);

    [LoggerMessage(1, LogLevel.Debug, "{Text}")]
    private static partial void LogMessage(ILogger logger, string text);

    [LoggerMessage(2, LogLevel.Warning, "{Text}")]
    private static partial void LogUpgradeWarning(ILogger logger, string text);

    [LoggerMessage(3, LogLevel.Error, "{Text}")]
    private static partial void LogUpgradeError(ILogger logger, Exception? error, string text);
}
