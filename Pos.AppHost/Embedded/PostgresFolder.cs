using Microsoft.Extensions.Logging;

namespace Pos.AppHost.Embedded;

/// <summary>
/// The folder with Postgres's database: <c>postgres</c> in the data folder. If only root can enter the data folder, it
/// is a link to a folder under <see cref="SystemFolder"/>, because Postgres then runs as another user.
/// </summary>
internal sealed partial class PostgresFolder
{
    private readonly string _link;

    public PostgresFolder(DataFolder data)
    {
        _link = data["postgres"];
        var isElsewhere =
            UnprivilegedAccount.IsNeeded && !UnprivilegedAccount.CanReach(System.IO.Path.GetDirectoryName(_link)!);
        Path = isElsewhere ? System.IO.Path.Combine(SystemFolder.Path, SystemFolder.NameFor(_link), "postgres") : _link;
    }

    /// <summary>The path of the database, without the link.</summary>
    public string Path { get; }

    /// <summary>Creates the database unless it exists.</summary>
    /// <remarks>
    /// initdb works in another folder, which is renamed at the end: a killed initdb leaves an incomplete database.
    /// </remarks>
    public async Task EnsureCreatedAsync(
        string initdb,
        string password,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        if (Directory.Exists(Path))
            await UnprivilegedAccount.TakeOverAsync(Path, cancellationToken); // a restored backup may be root's
        else
            await CreateAsync(initdb, password, logger, cancellationToken);
        if (Path != _link && !Directory.Exists(_link))
            Directory.CreateSymbolicLink(_link, Path);
    }

    private async Task CreateAsync(string initdb, string password, ILogger logger, CancellationToken cancellationToken)
    {
        LogCreating(logger, Path);
        var partial = Path + ".partial";
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        await UnprivilegedAccount.TakeOverAsync(partial, cancellationToken);
        var passwordFile = System.IO.Path.Combine(partial, "password");
        var database = System.IO.Path.Combine(partial, "database");
        await WritePasswordAsync(passwordFile, password, cancellationToken);
        await UnprivilegedAccount.RunAsync(
            initdb,
            ["-D", database, "-U", "pos", "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8", "--locale=C"],
            cancellationToken
        );
        Directory.Move(database, Path);
        Directory.Delete(partial, recursive: true);
    }

    // Only the account that runs initdb may read the file.
    private static Task WritePasswordAsync(string file, string password, CancellationToken cancellationToken)
    {
        if (UnprivilegedAccount.IsNeeded)
            return UnprivilegedAccount.RunAsync(
                "/bin/sh",
                ["-c", "umask 077 && cat > \"$0\"", file],
                cancellationToken,
                input: password + "\n"
            );
        SecretFile.Write(file, password + "\n");
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Information, "Creating the database in {Folder}")]
    private static partial void LogCreating(ILogger logger, string folder);
}
