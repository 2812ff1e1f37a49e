namespace Pos.AppHost.Startup;

internal static class ApplicationRun
{
    /// <summary>Runs until Ctrl-C. Prints why Aspire cannot start, without a stack trace.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunToEndAsync(this DistributedApplication application)
    {
        try
        {
            await application.RunAsync();
        }
        catch (DistributedApplicationException error)
        {
            Console.Error.WriteLine($"{error.Message}\nPos did not start.");
            return 1;
        }
        catch (OperationCanceledException) when (Environment.ExitCode != 0)
        {
            // A part failed while others were still being created; StartupSummary has said which one.
        }
        return Environment.ExitCode;
    }
}
