using System.CommandLine;
using System.CommandLine.Parsing;
using Pos.Contracts.Processor;

namespace Pos.Cli.Quarantine;

/// <summary>
/// <c>pos quarantine list|show|replay|discard</c>: what the processor could not bring into the stores.
/// </summary>
internal static class QuarantineCommand
{
    private const string LocalProcessor = "http://localhost:7103";

    public static Command Create()
    {
        var processor = new Option<Uri?>("--processor")
        {
            Description = $"The processor's URL; if not given, the running AppHost's, else {LocalProcessor}.",
            CustomParser = ParseUrl,
            Recursive = true,
        };
        return new Command(
            "quarantine",
            "What no store could take: list, look at, mend, replay, discard. 0 done, 1 unusable, 2 refused, 3 processor or a store away."
        )
        {
            processor,
            List(processor),
            Show(processor),
            Replay(processor),
            Discard(processor),
        };
    }

    private static Command List(Option<Uri?> processor)
    {
        var reason = new Option<string?>("--reason") { Description = "Only of this reason, such as invalid_json." };
        var state = new Option<string>("--state")
        {
            Description = "open, replayed, discarded or all.",
            DefaultValueFactory = _ => "open",
        };
        var all = new Option<bool>("--all") { Description = "All of them, and not the newest 20 only." };
        var command = new Command("list", "Entries, newest first, and how many there are of each reason.")
        {
            reason,
            state,
            all,
        };
        command.SetAction(
            (arguments, cancel) =>
                RunAsync(
                    arguments.GetValue(processor),
                    client =>
                        new QuarantineConsole(client).ListAsync(
                            arguments.GetValue(reason),
                            arguments.GetRequiredValue(state),
                            arguments.GetValue(all),
                            cancel
                        ),
                    cancel
                )
        );
        return command;
    }

    private static Command Show(Option<Uri?> processor)
    {
        var id = Id();
        var raw = new Option<bool>("--raw")
        {
            Description =
                "Only the bytes as they came, as for a file to mend: pos quarantine show ID --raw > mend.json",
        };
        var command = new Command("show", "An entry: why it is there, and its bytes.") { id, raw };
        command.SetAction(
            (arguments, cancel) =>
                RunAsync(
                    arguments.GetValue(processor),
                    client =>
                        new QuarantineConsole(client).ShowAsync(
                            arguments.GetRequiredValue(id),
                            arguments.GetValue(raw),
                            cancel
                        ),
                    cancel
                )
        );
        return command;
    }

    private static Command Replay(Option<Uri?> processor)
    {
        var id = Id();
        id.Arity = ArgumentArity.ZeroOrOne;
        var file = new Option<FileInfo?>("--file") { Description = "The text that replaces the entry's bytes." };
        var reason = new Option<string?>("--reason") { Description = "Every open entry of this reason, as it is." };
        var all = new Option<bool>("--all") { Description = "Every open entry, as it is." };
        var command = new Command(
            "retry",
            "Brings an entry, mended or as it is, into the stores at its place in the stream. Again changes nothing."
        )
        {
            id,
            file,
            reason,
            all,
        };
        command.Aliases.Add("replay"); // Its name until 0.2.
        command.Validators.Add(result =>
        {
            var given =
                (result.GetValue(id) is null ? 0 : 1)
                + (result.GetValue(reason) is null ? 0 : 1)
                + (result.GetValue(all) ? 1 : 0);
            if (given != 1)
                result.AddError("retry takes an ID, --reason or --all.");
            else if (result.GetValue(file) is not null && result.GetValue(id) is null)
                result.AddError("--file goes with an ID.");
        });
        command.SetAction(
            (arguments, cancel) =>
                RunAsync(
                    arguments.GetValue(processor),
                    async client =>
                    {
                        var console = new QuarantineConsole(client);
                        if (arguments.GetValue(id) is not { } entry)
                            return await console.ReplayAllAsync(arguments.GetValue(reason), cancel);
                        var text = arguments.GetValue(file) is { } mended
                            ? await File.ReadAllTextAsync(mended.FullName, cancel)
                            : null;
                        return await console.ReplayAsync(entry, text, cancel);
                    },
                    cancel
                )
        );
        return command;
    }

    private static Command Discard(Option<Uri?> processor)
    {
        var id = Id();
        var note = new Option<string>("--note") { Description = "Why, for whoever asks later.", Required = true };
        var command = new Command("discard", "Closes an entry that shall not go into the stores. Its bytes are kept.")
        {
            id,
            note,
        };
        command.SetAction(
            (arguments, cancel) =>
                RunAsync(
                    arguments.GetValue(processor),
                    client =>
                        new QuarantineConsole(client).DiscardAsync(
                            arguments.GetRequiredValue(id),
                            arguments.GetRequiredValue(note),
                            cancel
                        ),
                    cancel
                )
        );
        return command;
    }

    private static Argument<string> Id() => new("ID") { Description = "As list gives it." };

    private static async Task<int> RunAsync(
        Uri? processor,
        Func<ProcessorClient, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        using var http = new HttpClient
        {
            BaseAddress = processor ?? new Uri(Endpoints.Find("processor") ?? LocalProcessor),
        };
        try
        {
            return await run(new(http));
        }
        catch (QuarantineException refused)
        {
            Console.Error.WriteLine(refused.Message);
            foreach (var error in refused.Errors)
                Console.Error.WriteLine($"  {QuarantineConsole.Described(error)}");
            return refused.ExitCode;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(error.Message);
            return ExitCodes.Unusable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Cancelled;
        }
    }

    private static Uri? ParseUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            result.AddError($"--processor takes a URL as {LocalProcessor}, not '{text}'.");
        return url;
    }
}
