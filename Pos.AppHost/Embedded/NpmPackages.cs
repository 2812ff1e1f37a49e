using Pos.AppHost.Startup;

namespace Pos.AppHost.Embedded;

/// <summary>
/// The packages of <c>embedded/package-lock.json</c>, installed at the first start and after the file changed.
/// </summary>
/// <param name="Folder">The folder with the lock file.</param>
/// <param name="Install">The resource that runs <c>npm ci</c>; null if the packages are installed.</param>
internal sealed record NpmPackages(NpmFolder Folder, IResourceBuilder<ExecutableResource>? Install);

internal static class NpmInstallation
{
    private const string Name = "npm-ci";

    public static NpmPackages AddNpmPackages(this IDistributedApplicationBuilder builder)
    {
        var folder = new NpmFolder(Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "embedded")));
        if (folder.IsCurrent || builder.ExecutionContext.IsPublishMode)
            return new NpmPackages(folder, null);
        if (builder.Resources.OfType<ExecutableResource>().FirstOrDefault(other => other.Name == Name) is { } added)
            return new NpmPackages(folder, builder.CreateResourceBuilder(added));

        Console.WriteLine($"First start: installing Postgres into {folder.Path} with npm ci (60 MB, once).");
        IDisposable? folderLock = null;
        var npm = builder
            .AddExecutable(Name, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder.Path)
            .WithIconName("ArrowDownload")
            .WithStartupHint("Install Node 20 or newer, or Postgres 15 or newer; one of them is enough.")
            .OnBeforeResourceStarted(
                async (_, _, cancellationToken) => folderLock = await folder.LockAsync(cancellationToken)
            )
            // Another AppHost may have installed the packages meanwhile and be using them.
            .WithArgs(context =>
            {
                string[] arguments = folder.IsCurrent ? ["--version"] : ["ci", "--no-progress", "--loglevel=error"];
                foreach (var argument in arguments)
                    context.Args.Add(argument);
            })
            .OnResourceStopped(
                (_, stopped, _) =>
                {
                    if (stopped.ResourceEvent.Snapshot.ExitCode == 0)
                        folder.MarkCurrent();
                    folderLock?.Dispose();
                    return Task.CompletedTask;
                }
            );
        return new NpmPackages(folder, npm);
    }
}
