using Sagas.Structure;

switch (args)
{
    case [WayOfAReply.Begin, var folder]:
        await WayOfAReply.BeginAsync(folder);
        return 0;
    case [var repository]:
        var graph = SourceGraph.Read(repository, AppContext.BaseDirectory);
        StructureReport.Write(graph, await WayOfAReply.FindAsync(), Console.Out);
        return 0;
    case [var repository, "--between", var from, var to]:
        foreach (var arrow in SourceGraph.Read(repository, AppContext.BaseDirectory).Between(from, to))
        {
            Console.WriteLine(arrow);
        }

        return 0;
    default:
        Console.Error.WriteLine("error: the first argument is the folder of the checkout. Run eng/structure --help.");
        return 2;
}
