using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Pos.AppHost.Embedded;

/// <summary>
/// Finds <c>initdb</c> and <c>postgres</c>: the ones on <c>PATH</c>, or those of the npm package. A database folder
/// opens only with the major version that created it, so an existing folder decides.
/// </summary>
internal sealed partial class PostgresBinaries
{
    private const int MinVersion = 15;
    private const string VersionFile = "PG_VERSION";

    private readonly string _native;

    private PostgresBinaries(string native, NpmPackages? packages)
    {
        _native = native;
        Packages = packages;
    }

    /// <summary>The npm packages that the binaries come from; null if they are installed on this machine.</summary>
    public NpmPackages? Packages { get; }

    /// <summary>Chooses the binaries for a database folder, which need not exist yet.</summary>
    public static PostgresBinaries Choose(string databaseFolder, Func<NpmPackages> packages)
    {
        var wanted = MajorVersionOf(databaseFolder);
        if (
            InstalledFolder() is { } bin
            && InstalledVersion(bin) is { } version
            && version >= MinVersion
            && (wanted ?? version) == version
        )
            return new PostgresBinaries(Path.GetDirectoryName(bin)!, null);
        var npm = packages();
        var platform = $"{OsName}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        return new PostgresBinaries(npm.Folder.InNodeModules("@embedded-postgres", platform, "native"), npm);
    }

    /// <summary>Returns the path of a program, which Postgres's account can read.</summary>
    public string Program(string name) => Path.Combine(NeedsCopy ? CopyFolder : _native, "bin", name);

    /// <summary>Copies the binaries if they are in a folder that only root can enter, such as root's home.</summary>
    public async Task MakeReadableAsync(ILogger logger, CancellationToken cancellationToken)
    {
        if (!NeedsCopy || Directory.Exists(CopyFolder))
            return;
        LogCopying(logger, _native, CopyFolder);
        var partial = $"{CopyFolder}.{Environment.ProcessId}";
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        await CommandLine.RunAsync("cp", ["-a", _native, partial], cancellationToken);
        try
        {
            Directory.Move(partial, CopyFolder);
        }
        catch (IOException) when (Directory.Exists(CopyFolder))
        {
            Directory.Delete(partial, recursive: true); // Another AppHost copied them first.
        }
    }

    private bool NeedsCopy => UnprivilegedAccount.IsNeeded && !UnprivilegedAccount.CanReach(_native);

    private string CopyFolder => Path.Combine(SystemFolder.Path, $"postgres-{SystemFolder.NameFor(_native)}");

    private static string OsName =>
        OperatingSystem.IsMacOS() ? "darwin"
        : OperatingSystem.IsWindows() ? "windows"
        : "linux";

    private static int? MajorVersionOf(string databaseFolder)
    {
        var file = Path.Combine(databaseFolder, VersionFile);
        return File.Exists(file) && int.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var version)
            ? version
            : null;
    }

    private static string? InstalledFolder()
    {
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(folder =>
                File.Exists(Path.Combine(folder, "postgres" + suffix))
                && File.Exists(Path.Combine(folder, "initdb" + suffix))
            );
    }

    // "postgres (PostgreSQL) 17.2 (Debian 17.2-1)"
    private static int? InstalledVersion(string bin)
    {
        var output = CommandLine.TryRead(Path.Combine(bin, "postgres"), "--version") ?? "";
        var number = output.Split(' ').FirstOrDefault(word => word.Length > 0 && char.IsAsciiDigit(word[0])) ?? "";
        return int.TryParse(number.Split('.')[0], CultureInfo.InvariantCulture, out var version) ? version : null;
    }

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Copying Postgres from {Source} to {Target}, because only root can read the source"
    )]
    private static partial void LogCopying(ILogger logger, string source, string target);
}
