namespace Pos.Tests;

/// <summary>The npm packages of the solution's <c>embedded</c> folder, installed when they are missing.</summary>
internal static class EmbeddedPackages
{
    private static readonly NpmFolder s_folder = new(Path.Combine(Repository.Folder, "embedded"));

    /// <summary>Whether a file is in <c>node_modules</c> already.</summary>
    public static bool Has(params string[] path) => File.Exists(InNodeModules(path));

    /// <summary>The full path of a file in <c>node_modules</c>.</summary>
    public static async Task<string> FindAsync(params string[] path)
    {
        var file = InNodeModules(path);
        await s_folder.EnsureAsync(() => File.Exists(file));
        return File.Exists(file) ? file : throw new InvalidOperationException($"'npm ci' in {s_folder.Path} did not bring {file}.");
    }

    private static string InNodeModules(string[] path) => Path.Combine([s_folder.Path, "node_modules", .. path]);
}
