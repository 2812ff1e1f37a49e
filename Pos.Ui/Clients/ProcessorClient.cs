namespace Pos.Ui.Clients;

/// <summary>What the processor does, and what it has put aside.</summary>
public sealed class ProcessorClient(HttpClient http) : ServiceClient(http, "processor");
